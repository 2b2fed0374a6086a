# Groups beside the rest by R's survey package, and adjusted p values, for test_upptackt.py.
#
#   Rscript upptackt.R BEHOV.csv GROUPS.csv P.csv OUT.csv ADJUSTED.csv
#
# BEHOV.csv is the table `behov` for one year: the whole of it is the sample. GROUPS.csv has the groups to
# compare: kriterium, and up to three variables with values. P.csv has all p values of a search.
suppressPackageStartupMessages(library(survey))

arguments <- commandArgs(trailingOnly = TRUE)
read <- function(path) read.csv(path, encoding = "UTF-8", na.strings = "", colClasses = "character")
rows <- read(arguments[1])
for (column in c("utfall", "design_stratum", "design_psu", "design_weight", "design_fpc")) {
  rows[[column]] <- as.numeric(rows[[column]])
}
groups <- read(arguments[2])

compare <- function(design, variables, values) {
  known <- Reduce(`&`, lapply(variables, function(v) !is.na(design$variables[[v]])))
  domain <- subset(design, known & !is.na(utfall))
  is_in <- Reduce(`&`, Map(function(v, value) domain$variables[[v]] == value, variables, values))
  domain <- update(domain, grupp = factor(ifelse(is_in, "i", "o"), c("i", "o")))
  means <- svyby(~utfall, ~grupp, domain, svymean, covmat = TRUE)
  contrast <- svycontrast(means, c(i = 1, o = -1))
  difference <- as.numeric(coef(contrast))
  se <- as.numeric(SE(contrast))
  # The error if there were no difference: the common share, the weights and the finite population.
  data <- domain$variables
  data$is_in <- is_in
  common <- sum(data$design_weight * data$utfall) / sum(data$design_weight)
  size <- ave(data$design_weight, data$is_in, FUN = sum)
  left <- 1 - as.numeric(data$design_psus) / data$design_fpc
  null_se <- sqrt(common * (1 - common) * sum(left * (data$design_weight / size)^2))
  df <- degf(design)
  data.frame(
    n = sum(is_in), rest_n = sum(!is_in),
    share = as.numeric(coef(means))[1], rest = as.numeric(coef(means))[2],
    difference = difference, se = se, null_se = null_se, df = df,
    low = difference - qt(0.975, df) * se, high = difference + qt(0.975, df) * se,
    p = 2 * pt(-abs(difference) / max(se, null_se), df),
    population = sum(data$design_weight[is_in])
  )
}

results <- list()
for (criterion in unique(groups$kriterium)) {
  one <- rows[rows$kriterium == criterion, ]
  design <- svydesign(
    ids = ~design_psu, strata = ~design_stratum, weights = ~design_weight, fpc = ~design_fpc,
    nest = TRUE, data = one
  )
  for (number in which(groups$kriterium == criterion)) {
    group <- groups[number, ]
    used <- which(!is.na(unlist(group[c("v1", "v2", "v3")])))
    variables <- unlist(group[c("v1", "v2", "v3")])[used]
    values <- unlist(group[c("x1", "x2", "x3")])[used]
    found <- compare(design, variables, values)
    results[[length(results) + 1]] <- cbind(data.frame(id = group$id), found)
  }
}
results <- do.call(rbind, results)
numbers <- setdiff(names(results), "id")
results[numbers] <- lapply(results[numbers], function(x) sprintf("%.17g", x))
write.csv(results, arguments[4], row.names = FALSE, fileEncoding = "UTF-8")

p <- as.numeric(read(arguments[3])$p)
adjusted <- data.frame(
  BY = sprintf("%.17g", p.adjust(p, "BY")), BH = sprintf("%.17g", p.adjust(p, "BH"))
)
write.csv(adjusted, arguments[5], row.names = FALSE)
