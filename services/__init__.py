"""The services. They never import each other; they share `shared.contracts` and talk through Kafka."""
