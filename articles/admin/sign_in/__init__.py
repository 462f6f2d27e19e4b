"""Who may come in: passwords, second factors, sessions."""
