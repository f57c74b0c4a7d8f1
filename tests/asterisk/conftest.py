from tests.asterisk.fixtures import installation, office, own_pbx, pbx

__all__ = ["installation", "office", "own_pbx", "pbx"]
