environment = "prod"
analysts    = ["ada", "grace", "katherine", "mary"]
