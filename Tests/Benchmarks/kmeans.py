"""Clusters numbers with scikit-learn, and prints seconds and centroids as JSON:
kmeans.py VALUES.npy CLUSTERS."""

import json
import sys
import time

import numpy as np
from sklearn.cluster import KMeans

values = np.load(sys.argv[1]).reshape(-1, 1)
start = time.perf_counter()
model = KMeans(int(sys.argv[2]), n_init=1, random_state=1).fit(values)
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "centroids": model.cluster_centers_.ravel().tolist()}))
