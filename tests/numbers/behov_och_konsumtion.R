# Needs by municipality, sex and age, crude and age-standardised, by R's survey
# package, for test_behov_och_konsumtion.py.
#
#   Rscript behov_och_konsumtion.R IN.csv OUT.csv
#
# IN.csv is the table `behov` for one year and one need; the whole of it is the
# sample, and every group a domain of it.
suppressPackageStartupMessages(library(survey))

arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(
  arguments[1],
  encoding = "UTF-8", check.names = FALSE, na.strings = "",
  colClasses = c(kommun = "character")
)
design <- svydesign(
  ids = ~1, strata = ~design_stratum, weights = ~design_weight, fpc = ~design_fpc, data = rows
)
standard <- tapply(rows$design_weight, rows$aldersgrupp, sum)
standard <- standard / sum(standard)
answered <- !is.na(rows$utfall)

one <- function(members) {
  chosen <- design[answered & members, ]
  n <- nrow(chosen$variables)
  if (n == 0) {
    return(c(n = 0, andel = NA, se = NA, low = NA, high = NA))
  }
  mean <- svymean(~utfall, chosen)
  share <- as.numeric(coef(mean))
  limits <- c(NA, NA)
  df <- degf(chosen)
  if (share > 1e-12 && share < 1 - 1e-12 && df > 0) {
    limits <- as.numeric(attr(svyciprop(~utfall, chosen, method = "xlogit", df = df), "ci"))
  }
  c(n = n, andel = share, se = if (n > 1) as.numeric(SE(mean)) else NA, low = limits[1], high = limits[2])
}

standardised <- function(members) {
  chosen <- design[answered & members, ]
  counts <- table(factor(chosen$variables$aldersgrupp, levels = names(standard)))
  if (any(counts < 2)) {
    return(c(standard = NA, standard_se = NA))
  }
  # The covariances between the ages are taken along, not assumed to be nought.
  ages <- svyby(~utfall, ~aldersgrupp, chosen, svymean, covmat = TRUE)
  weighted <- svycontrast(ages, list(standard = standard[ages$aldersgrupp]))
  c(standard = as.numeric(coef(weighted)), standard_se = as.numeric(SE(weighted)))
}

results <- list()
for (kommun in c("Länet", sort(unique(rows$kommun)))) {
  for (kon in c("Båda", "Kvinnor", "Män")) {
    members <- (kommun == "Länet" | rows$kommun == kommun) & (kon == "Båda" | rows$kon == kon)
    for (alder in c("Alla", names(standard))) {
      own <- members & (alder == "Alla" | rows$aldersgrupp == alder)
      more <- if (alder == "Alla") standardised(members) else c(standard = NA, standard_se = NA)
      results[[length(results) + 1]] <- data.frame(
        kommun = kommun, kon = kon, alder = alder, t(c(one(own), more))
      )
    }
  }
}
results <- do.call(rbind, results)
numbers <- setdiff(names(results), c("kommun", "kon", "alder"))
results[numbers] <- lapply(results[numbers], function(x) ifelse(is.na(x), NA, sprintf("%.17g", x)))
write.csv(results, arguments[2], row.names = FALSE, fileEncoding = "UTF-8")
