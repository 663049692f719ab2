"""The list `ccgrade demo` grades: invented customers, realistic mess."""
