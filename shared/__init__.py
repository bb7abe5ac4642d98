"""What the services share: the published language, the event store, messaging, views, identity and the web edge."""
