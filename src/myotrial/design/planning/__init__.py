"""What the next trial asks and may find: `design.yaml`, and what the field's trials reported."""
