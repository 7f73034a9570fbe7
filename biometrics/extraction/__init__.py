"""Picture to template: contrast, ridge flow, mask, enhancement, thinning, minutiae, quality."""
