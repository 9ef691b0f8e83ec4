"""Says that the process has started."""

print("started", flush=True)
