"""A page that counts how often it was seen, in redis."""

from flask import Flask  # type: ignore[import-not-found]
from redis import Redis  # type: ignore[import-not-found]

app = Flask(__name__)
redis = Redis(host="redis", port=6379)


@app.route("/")  # type: ignore[untyped-decorator]
def hello() -> str:
    return f"Hello World! I have been seen {redis.incr('hits')} times.\n"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
