# docs/quick-start.md has its service at the top of an origin.
SERVICE_PATH=
