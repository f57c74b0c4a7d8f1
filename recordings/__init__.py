"""Audio: finding, fetching, checking, converting and keeping the recordings of calls.

Everything that touches a file of the PBX runs in a process of its own (`convert`), with limits, for
one recording at a time; `keeper` decides what to do next, `store` keeps what came of it.
"""
