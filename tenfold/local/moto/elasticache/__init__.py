"""What moto's ElastiCache lacks, a file for each kind of thing it keeps."""
