"""The doors: HTTP, HTML and the command line. All that is known of HTTP, templates and terminals is known here."""
