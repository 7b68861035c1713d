"""Work done in processes of its own: training a job, reading a file. Talks to store and blobs, never to the API."""
