# Makes designs.csv: what R's survey package says of designs over rows that a rule
# makes (the same rule as in designs.rs). Rscript designs.R > designs.csv
suppressMessages(library(survey))
# survey takes the pseudo-inverse of MASS, which not every installation has.
ginv <- function(X, tol) { s <- svd(X); k <- s$d > tol * s$d[1]; s$v[, k, drop = FALSE] %*% (t(s$u[, k, drop = FALSE]) / s$d[k]) }
grake <- eval(parse(text = sub("MASS::ginv", "ginv", deparse(survey:::grake))))
environment(grake) <- list2env(list(ginv = ginv), parent = asNamespace("survey"))
assignInNamespace("grake", grake, "survey")

i <- 0:239
d <- data.frame(
  stratum = c("a", "b", "c")[i %% 3 + 1], psu = (i %/% 3) %% 8, half = (i %/% 3) %% 2,
  seven = sprintf("%02d", i %% 7), eleven = sprintf("%02d", i %% 11), ssu = (i %/% 24) %% 5,
  w = 10 + (i * 37) %% 23, y = ((i * i * 7 + i * 13) %% 101) / 10 + 5 * (i %% 3 == 1), x = 1 + (i * 29) %% 17,
  sex = ifelse((i * 11) %% 7 < 3, "f", "m"), age = c("mid", "old", "young")[(i * 5 + i %/% 7) %% 3 + 1],
  answered = i %% 10 != 4, psus = c(20, 12, 40)[i %% 3 + 1], rows = c(900, 1500, 4000)[i %% 3 + 1],
  share = c(0.4, 1, 0.2)[i %% 3 + 1])
d$lonely <- ifelse(i == 0, "z", d$stratum)
ages <- data.frame(age = c("mid", "old", "young"), Freq = c(1700, 1900, 1500))
sexes <- data.frame(sex = c("f", "m"), Freq = c(2200, 2900))
known <- c("(Intercept)" = 5100, x = 46000, sexm = 2900)

clus <- svydesign(~psu, strata = ~stratum, weights = ~w, fpc = ~psus, nest = TRUE, data = d)
wr <- svydesign(~psu, strata = ~stratum, weights = ~w, nest = TRUE, data = d)
elem <- svydesign(~1, strata = ~stratum, weights = ~w, fpc = ~rows, data = d)
one <- svydesign(~psu, weights = ~w, fpc = ~I(rep(30, 240)), data = d)
close <- list(maxit = 1000, epsilon = 1e-14)
# R takes the PSU that comes first in the file for the first of a pair: here that with the lesser number.
pair <- function(s) svydesign(~half, strata = ~s, weights = ~w, nest = TRUE, data = transform(d, s = s)[order(d$half), ])
with_lonely <- function(how) {
  options(survey.lonely.psu = how)
  as.svrepdesign(svydesign(~1, strata = ~lonely, weights = ~w, data = d), type = "JKn")
}
designs <- list(
  clus = clus, wr = wr, elem = elem,
  fractions = svydesign(~psu, strata = ~stratum, fpc = ~share, weights = ~w, nest = TRUE, data = d),
  two_stage = svydesign(~psu + ssu, strata = ~stratum, fpc = ~psus + I(rep(9, 240)), nest = TRUE, data = d),
  two_stage_wr2 = svydesign(~psu + ssu, strata = ~stratum, weights = ~w, fpc = ~psus + I(rep(Inf, 240)), nest = TRUE, data = d),
  post = postStratify(clus, ~age, ages), post_elem = postStratify(elem, ~age, ages),
  raked = rake(clus, list(~age, ~sex), list(ages, sexes), control = close),
  raked_elem = rake(elem, list(~age, ~sex), list(ages, sexes), control = close),
  greg = calibrate(wr, ~x + sex, known), greg_elem = calibrate(elem, ~x + sex, known),
  exponential = calibrate(clus, ~x + sex, known, calfun = "raking", epsilon = 1e-13),
  logit = calibrate(clus, ~x + sex, known, calfun = "logit", bounds = c(0.6, 2), epsilon = 1e-13),
  cut = calibrate(clus, ~x + sex, known, calfun = "linear", bounds = c(0.95, 1.25), epsilon = 1e-13),
  standard = svystandardize(clus, ~age, ~sex, c(3, 2, 1), excluding.missing = ~ifelse(answered, 1, NA)),
  standard_whole = svystandardize(elem, ~age, population = c(3, 2, 1)),
  jk1 = as.svrepdesign(one, type = "JK1"), jk1_mse = as.svrepdesign(one, type = "JK1", mse = TRUE),
  jkn = as.svrepdesign(clus, type = "JKn"), jkn_elem = as.svrepdesign(elem, type = "JKn"),
  jkn_whole = as.svrepdesign(svydesign(~psu, strata = ~stratum, fpc = ~share, weights = ~w, nest = TRUE, data = d), type = "JKn"),
  jkn_remove = with_lonely("remove"), jkn_adjust = with_lonely("adjust"), jkn_average = with_lonely("average"),
  brr3 = as.svrepdesign(pair(d$stratum), type = "BRR"), brr7 = as.svrepdesign(pair(d$seven), type = "BRR"),
  fay11 = as.svrepdesign(pair(d$eleven), type = "Fay", fay.rho = 0.3, mse = TRUE))
options(survey.lonely.psu = "fail")
designs$two_stage_post <- postStratify(designs$two_stage, ~age, ages)
designs$two_stage_greg <- calibrate(designs$two_stage, ~x + sex, known)
designs$two_stage_raked <- rake(designs$two_stage, list(~age, ~sex), list(ages, sexes), control = close)
designs$jkn_post <- postStratify(designs$jkn, ~age, ages)
designs$jk1_greg <- calibrate(designs$jk1, ~x + sex, known)
designs$jk1_logit <- calibrate(designs$jk1, ~x + sex, known, calfun = "logit", bounds = c(0.6, 2), epsilon = 1e-13)
designs$brr7_raked <- rake(designs$brr7, list(~age, ~sex), list(ages, sexes), control = close)
replicates <- sapply(0:5, function(r) d$w * ((i + r * r) %% 4) / 1.5)
designs$given <- svrepdesign(variables = d, repweights = replicates, weights = d$w, type = "other", scale = 0.2, rscales = 1 + 0:5 / 10, combined.weights = TRUE)
designs$factors <- svrepdesign(variables = d, repweights = replicates / d$w, weights = d$w, type = "other", scale = 0.2, rscales = rep(1, 6), combined.weights = FALSE, mse = TRUE)
designs$given_post <- postStratify(designs$given, ~age, ages)

cat("design,domain,mean,mean_se,total,total_se,ratio,ratio_se,df\n")
for (name in names(designs)) for (domain in c("", "f", "ya")) {
  s <- switch(domain, f = subset(designs[[name]], sex == "f"), ya = subset(designs[[name]], age == "young" & stratum == "a"),
              designs[[name]])
  m <- svymean(~y, s); t <- svytotal(~y, s); r <- svyratio(~y, ~x, s)
  cat(name, domain, sprintf("%.15g", c(coef(m), SE(m), coef(t), SE(t), coef(r), SE(r), degf(s))), sep = ",")
  cat("\n")
}
