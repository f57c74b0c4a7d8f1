"""`allo demo`: a made-up company and a simulated PBX, for whoever wants to see Allo at work."""
