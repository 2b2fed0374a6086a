# Shares of every needs group by R's survey package, for test_behovsgrupper.py.
#
#   Rscript behovsgrupper.R IN.csv OUT.csv [KOMMUN]
#
# IN.csv is the table `behov` for one year; the whole of it is the sample, and a
# municipality is a domain of it.
suppressPackageStartupMessages(library(survey))

arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(
  arguments[1],
  encoding = "UTF-8", check.names = FALSE, na.strings = "",
  colClasses = c(kommun = "character")
)
kommun <- if (length(arguments) > 2) arguments[3] else ""

divisions <- list(
  "Alla" = character(0),
  "Kön" = "kon",
  "Ålder" = "aldersgrupp",
  "Kön och ålder" = c("kon", "aldersgrupp"),
  "Utbildning" = "utbildning",
  "Ekonomi" = "ekonomi",
  "Bakgrund" = "bakgrund"
)

estimate <- function(design) {
  mean <- svymean(~utfall, design)
  se <- as.numeric(SE(mean))
  n <- nrow(design$variables)
  df <- degf(design)
  limits <- c(NA, NA)
  share <- as.numeric(coef(mean))
  # A share of nought or one has no logit, and one answer no error.
  if (share > 1e-12 && share < 1 - 1e-12 && df > 0) {
    limits <- as.numeric(attr(svyciprop(~utfall, design, method = "xlogit", df = df), "ci"))
  }
  list(share = share, se = if (n > 1) se else NA, low = limits[1], high = limits[2], n = n)
}

results <- list()
for (criterion in unique(rows$kriterium)) {
  one <- rows[rows$kriterium == criterion, ]
  design <- svydesign(
    ids = if (all(is.na(one$design_psu))) ~1 else ~design_psu,
    strata = ~design_stratum, weights = ~design_weight,
    fpc = if (all(is.na(one$design_fpc))) NULL else ~design_fpc,
    nest = TRUE, data = one
  )
  answered <- design[!is.na(one$utfall) & (kommun == "" | one$kommun == kommun), ]
  for (division in names(divisions)) {
    columns <- divisions[[division]]
    values <- answered$variables
    groups <- if (length(columns)) {
      ifelse(rowSums(is.na(values[columns])) > 0, NA, do.call(paste, unname(values[columns])))
    } else {
      rep("Alla", nrow(values))
    }
    for (group in sort(unique(groups[!is.na(groups)]))) {
      e <- estimate(answered[which(groups == group), ])
      results[[length(results) + 1]] <- data.frame(
        kriterium = criterion, grupptyp = division, grupp = group,
        andel = 100 * e$share, andel_se = 100 * e$se,
        andel_low = 100 * e$low, andel_high = 100 * e$high,
        n = e$n
      )
    }
  }
}
results <- do.call(rbind, results)
numbers <- c("andel", "andel_se", "andel_low", "andel_high")
results[numbers] <- lapply(results[numbers], function(x) ifelse(is.na(x), NA, sprintf("%.17g", x)))
write.csv(results, arguments[2], row.names = FALSE, fileEncoding = "UTF-8")
