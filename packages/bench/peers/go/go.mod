module pollab/peers

go 1.19
