"""All paths of the bank in one ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import FastAPI

from bank.api import health
from bank.api.admission import Admission
from bank.api.document import describe
from bank.api.problems import handle_problems
from bank.api.readiness import Readiness, Writable
from bank.api.state import Bank
from bank.background import keep_going
from bank.cases.routes import router as cases
from bank.customers.forgetting import forget_from_time_to_time
from bank.enrolment.routes import router as enrolment
from bank.exchanges.routes import router as exchanges
from bank.identify.routes import router as identify
from bank.movements.hot_path import HotPath
from bank.movements.routes import router as movements
from bank.pin.routes import router as pin
from bank.renewal.routes import router as renewal
from bank.seal.sealer import seal_from_time_to_time
from bank.sessions.routes import router as sessions
from bank.signup.routes import router as signup
from bank.staff.routes import router as staff
from bank.statements.routes import router as statements
from bank.terminals.routes import router as terminals
from bank.terminals.watch import watch

ROUTERS = (
    health.router,
    terminals,
    identify,
    pin,
    renewal,
    sessions,
    movements,
    statements,
    signup,
    staff,
    cases,
    exchanges,
    enrolment,
)


def make_app(bank: Bank) -> FastAPI:
    """Return the application of one server; its connections are opened and closed with it."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await bank.pool.open()
        await bank.asking.open()
        await bank.ledger.open()
        rules = bank.identity
        work: dict[str, Callable[[], Awaitable[None]]] = {
            "getting ready": lambda: app.state.readiness.prepare(bank),
            "the watch": lambda: watch(bank.pool, bank.metrics),
            "the sealer": lambda: seal_from_time_to_time(
                bank.pool, bank.keys, bank.head, bank.heads_file
            ),
            "forgetting": lambda: forget_from_time_to_time(
                bank.pool, rules.probe_memory_s, rules.unidentified_window_s
            ),
        }
        tasks = [asyncio.create_task(keep_going(name, what)) for name, what in work.items()]
        try:
            yield
        finally:
            app.state.readiness.stopping = True
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await bank.ledger.close()
            await bank.asking.close()
            await bank.pool.close()

    app = FastAPI(
        title="Fortress ATM bank",
        version="1",
        description="Over mutual TLS 1.3. Answers that are not 2xx carry an RFC 9457 problem.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Metrics and logs are our own, and hold nothing personal; looking for others costs time.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.bank = bank
    bank.metrics.sealer_lag_s.set_function(lambda: bank.head.lag_ms / 1000)
    bank.metrics.database_turns.set_function(lambda: bank.pool.turns)
    app.state.readiness = Readiness()
    app.state.writable = Writable(bank.asking)
    handle_problems(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(HotPath, bank=bank)
    app.add_middleware(Admission, server=bank.server, head=bank.head, metrics=bank.metrics)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app
