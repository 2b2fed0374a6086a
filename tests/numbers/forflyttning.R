# Cumulative incidence with competing events by R's survival package, for test_forflyttning.py.
#
#   Rscript forflyttning.R IN.csv OUT.csv
#
# IN.csv has a row a person: years followed, and what ended it.
suppressPackageStartupMessages(library(survival))

arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(arguments[1], encoding = "UTF-8", stringsAsFactors = FALSE)
ends <- setdiff(sort(unique(rows$handelse)), "censurerad")
event <- factor(rows$handelse, levels = c("censurerad", ends))
fit <- survfit(Surv(rows$tid, event) ~ 1)
names <- c("Ännu inte hög", ends)
results <- do.call(rbind, lapply(seq_along(fit$time), function(i) {
  data.frame(
    efter_ar = fit$time[i], lage = names,
    andel = sprintf("%.17g", 100 * fit$pstate[i, ])
  )
}))
write.csv(results, arguments[2], row.names = FALSE, fileEncoding = "UTF-8")
