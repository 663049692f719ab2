"""Where does it run? Live Excel, live LibreOffice, or a closed file: three adapters of one `Book` protocol."""
