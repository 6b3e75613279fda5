"""An independent grader: reads a picture's pixels alone and says whether they show what was asked."""
