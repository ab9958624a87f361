"""What if the rules had been others? Built aside and compared with the published answer."""
