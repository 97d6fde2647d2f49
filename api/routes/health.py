"""Whether the server lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.dependencies import AskedDep

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="The server lives")
async def healthz() -> dict[str, str]:
    """Answers whatever the graph does."""
    return {"status": "ok"}


@router.get("/readyz", summary="The server can answer")
def readyz(asked: AskedDep) -> dict[str, str | int]:
    """Names the snapshot that is served."""
    store = asked.served.store
    return {"status": "ready", "snapshot": store.snapshot.name, "triples": len(store)}
