"""What is on its way in a deployed stack, and how it is sent once more: queues, dead letters, events."""
