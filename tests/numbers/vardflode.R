# Share of the stays that are followed by another one, by municipality, with its standard error: persons are
# clusters of stays. Arguments: CSV with person, kommun and ater (0 or 1); where to write.
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
stays <- read.csv(arguments[1], colClasses = c("character", "character", "numeric"))
rows <- lapply(split(stays, stays$kommun), function(here) {
  design <- svydesign(ids = ~person, weights = rep(1, nrow(here)), data = here)
  mean <- svymean(~ater, design)
  data.frame(kommun = here$kommun[1], n = nrow(here), andel = coef(mean), se = SE(mean)[1])
})
write.csv(format(do.call(rbind, rows), digits = 17), arguments[2], row.names = FALSE, quote = FALSE)
