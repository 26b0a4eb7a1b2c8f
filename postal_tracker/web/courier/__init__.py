"""The pages of couriers."""
