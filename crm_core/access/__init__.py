"""Who may come in and what they may do: users, teams, sessions, tokens, rights, audit."""
