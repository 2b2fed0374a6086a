# Pupils' answers by R's survey package, for test_kvalitet_enkater.py.
#
#   Rscript kvalitet_skola.R IN.csv OUT.csv [KOMMUN]
#
# IN.csv is the table `skolenkat`; each wave is a stratified sample of its own, and
# a municipality, school year or sex is a domain of it.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust")

arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(
  arguments[1],
  encoding = "UTF-8", check.names = FALSE, na.strings = "",
  colClasses = c(kommun = "character")
)
kommun <- if (length(arguments) > 2) arguments[3] else ""

agrees <- function(x) ifelse(is.na(x), NA, x %in% c("Stämmer helt", "Stämmer ganska bra"))
questions <- list(
  "Trygg i skolan" = agrees(rows$trygg),
  "Lärarna hjälper" = agrees(rows$hjalp),
  "Skolarbetet gör nyfiken" = agrees(rows$nyfiken),
  "Aldrig mobbad i år" = ifelse(is.na(rows$mobbad), NA, rows$mobbad == "Aldrig")
)

results <- list()
for (name in names(questions)) {
  rows$positivt <- as.numeric(questions[[name]])
  for (year in unique(rows$ar)) {
    wave <- svydesign(
      ids = ~1, strata = ~stratum, weights = ~vikt, fpc = ~stratumstorlek, data = rows[rows$ar == year, ]
    )
    here <- wave[kommun == "" | wave$variables$kommun == kommun, ]
    for (class in unique(here$variables$arskurs)) {
      for (sex in c("Alla", sort(unique(here$variables$kon[here$variables$arskurs == class])))) {
        values <- here$variables
        group <- here[which(values$arskurs == class & (sex == "Alla" | values$kon == sex) & !is.na(values$positivt)), ]
        n <- nrow(group$variables)
        if (n == 0) next
        mean <- svymean(~positivt, group)
        share <- as.numeric(coef(mean))
        df <- degf(group)
        limits <- c(NA, NA)
        if (share > 1e-12 && share < 1 - 1e-12 && df > 0) {
          limits <- as.numeric(attr(svyciprop(~positivt, group, method = "xlogit", df = df), "ci"))
        }
        results[[length(results) + 1]] <- data.frame(
          ar = year, arskurs = class, kon = sex, fraga = name,
          andel = 100 * share, andel_se = if (n > 1) 100 * as.numeric(SE(mean)) else NA,
          andel_low = 100 * limits[1], andel_high = 100 * limits[2], n = n
        )
      }
    }
  }
}
results <- do.call(rbind, results)
numbers <- c("andel", "andel_se", "andel_low", "andel_high")
results[numbers] <- lapply(results[numbers], function(x) ifelse(is.na(x), NA, sprintf("%.17g", x)))
write.csv(results, arguments[2], row.names = FALSE, fileEncoding = "UTF-8")
