"""Published definitions of improvement and worsening, applied to core set measures."""
