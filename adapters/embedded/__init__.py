"""PostgreSQL and Valkey as children of this process, for a machine where nothing is installed."""
