"""New movements leave room for what tells of money that has moved already."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from anyio import CapacityLimiter

from bank.api.admission import MAX_AT_ONCE
from bank.ledger.errors import Overloaded
from bank.movements import submit as submitting
from bank.movements.starts import MAX_STARTS


@pytest.mark.parametrize("advice", ["confirm", "reversal", "settle", "credit", "case"])
def test_advices_do_not_starve_behind_new_starts(monkeypatch: Any, advice: str) -> None:
    async def verify(terminals: Any, terminal: str, jws: str) -> Any:
        return SimpleNamespace(item=SimpleNamespace(kind=jws))

    monkeypatch.setattr(submitting, "verify", verify)
    terminal = SimpleNamespace(id="ATM-0001", active=True, chain_known=True)

    async def go() -> None:
        decided = asyncio.Event()

        class Ledger:
            async def submit(self, item: Any) -> str:
                if item.kind == "authorise":
                    await decided.wait()
                return str(item.kind)

        bank: Any = SimpleNamespace(
            ledger=Ledger(), starts=CapacityLimiter(MAX_STARTS), terminals=None
        )
        peer: Any = SimpleNamespace(terminal=terminal)

        async def send(kind: str) -> Any:
            request: Any = SimpleNamespace(jws=kind, pin=None)
            return await submitting.submit(bank, peer, request)

        starts = [asyncio.create_task(send("authorise")) for _ in range(MAX_STARTS)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await send("authorise")
        assert await send(advice) == advice
        decided.set()
        assert set(await asyncio.gather(*starts)) == {"authorise"}
        assert await send("authorise") == "authorise"

    asyncio.run(go())
    assert MAX_STARTS < MAX_AT_ONCE
