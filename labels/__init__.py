"""Paper out: a label in words becomes a drawing. All lengths are millimetres."""
