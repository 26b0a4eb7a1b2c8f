"""What was answered with 200 is there after the plug was pulled, once; and the check can fail."""
