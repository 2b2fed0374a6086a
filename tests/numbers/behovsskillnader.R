# Differences between groups of people, and between waves, by R's survey package,
# for test_behovsgrupper.py.
#
#   Rscript behovsskillnader.R IN.csv OUT.csv
#
# IN.csv is the table `behov` for one year or two, whole: a column `grupp` says which
# of two groups, or waves, an answer belongs to (1, 0, or nothing).
suppressPackageStartupMessages(library(survey))

arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(arguments[1], encoding = "UTF-8", check.names = FALSE, na.strings = "")

results <- list()
for (jamford in unique(rows$jamford)) {
  for (criterion in unique(rows$kriterium)) {
    one <- rows[rows$kriterium == criterion & rows$jamford == jamford, ]
    design <- svydesign(
      ids = ~1, strata = ~design_stratum, weights = ~design_weight, fpc = ~design_fpc,
      nest = TRUE, data = one
    )
    answered <- subset(design, !is.na(utfall) & !is.na(grupp))
    if (length(unique(answered$variables$grupp)) < 2) next
    shares <- svyby(~utfall, ~grupp, answered, svymean, covmat = TRUE)
    names(shares)[2] <- "share"
    difference <- svycontrast(shares, c("0" = -1, "1" = 1))
    positive <- all(coef(shares) > 1e-9)
    ratio <- if (positive) svycontrast(shares, quote(log(`1` / `0`))) else NULL
    t <- qt(0.975, degf(design))
    d <- as.numeric(coef(difference))
    se <- as.numeric(SE(difference))
    log_ratio <- if (positive) as.numeric(coef(ratio)) else NA
    log_se <- if (positive) as.numeric(SE(ratio)) else NA
    results[[length(results) + 1]] <- data.frame(
      kriterium = criterion, grupp = jamford,
      skillnad = 100 * d, skillnad_se = 100 * se,
      skillnad_low = 100 * (d - t * se), skillnad_high = 100 * (d + t * se),
      p = if (se > 0) 2 * pt(-abs(d / se), degf(design)) else NA,
      kvot = exp(log_ratio), kvot_low = exp(log_ratio - t * log_se), kvot_high = exp(log_ratio + t * log_se)
    )
  }
}
results <- do.call(rbind, results)
numbers <- setdiff(names(results), c("kriterium", "grupp"))
results[numbers] <- lapply(results[numbers], function(x) ifelse(is.na(x), NA, sprintf("%.17g", x)))
write.csv(results, arguments[2], row.names = FALSE, fileEncoding = "UTF-8")
