"""The platform on one machine: Kafka, a database, mail and a front door, as processes of one launcher."""
