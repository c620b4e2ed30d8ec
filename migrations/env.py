"""Runs migrations on the connection that tracker hands over, or on the URL in the environment.

It imports nothing from tracker: history must not depend on the present.
"""

import os

from alembic import context
from sqlalchemy import create_engine


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata"),
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(os.environ["TRACKER_DATABASE_URL"]).begin() as opened:
        run(opened)
