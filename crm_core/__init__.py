"""The asyncio core: clients, calls, users and rights. It knows no PBX, no HTTP and no audio."""
