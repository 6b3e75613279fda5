raise SystemExit("must not be imported")
