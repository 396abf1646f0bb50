"""The pages on which a study is entered, asked about, reviewed, looked over and printed."""
