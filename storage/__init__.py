"""The database: tables, repositories, transactions, migrations, on SQLite and PostgreSQL alike."""
