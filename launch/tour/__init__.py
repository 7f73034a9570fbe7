"""The tour: the demo by script, offscreen, with every screen as a picture and the faults timed."""
