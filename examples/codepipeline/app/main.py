"""A service that answers `/` and `/health`. FastAPI documents it at `/docs`."""

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(title="greetings")


class Greeting(BaseModel):
    message: str


@app.get("/")
async def greet(name: str = "Fargate") -> Greeting:
    return Greeting(message=f"Hello, {name}")


# The load balancer asks every ten seconds: the answer must not depend on a database that all tasks share.
@app.get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    return {"status": "ok"}
