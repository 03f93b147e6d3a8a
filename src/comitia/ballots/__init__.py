"""Secret ballots that anybody can verify, one package for each version of the wire protocol."""
