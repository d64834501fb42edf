# The network of customs_network.yaml in SimPy: simpy_network.py SHIPMENTS.
import random, sys
import simpy

def serve(env, station, mean):
    with station.request() as turn:
        yield turn
        yield env.timeout(random.expovariate(1.0 / mean))

def shipment(env, s, times):
    came = env.now
    yield from serve(env, s["intake"], 8)
    lane = random.random()
    if lane >= 0.95:
        yield from serve(env, s["examination"], 35)
    elif lane >= 0.7:
        yield from serve(env, s["documents"], 10)
    yield from serve(env, s["exit"], 4)
    times.append(env.now - came)

def source(env, s, times, n):
    for _ in range(n):
        yield env.timeout(random.expovariate(0.9))
        env.process(shipment(env, s, times))

random.seed(1)
times, env = [], simpy.Environment()
servers = {"intake": 8, "documents": 3, "examination": 2, "exit": 4}
env.process(source(env, {k: simpy.Resource(env, n) for k, n in servers.items()}, times, int(sys.argv[1])))
env.run()
print("mean time %.3f h" % (sum(times) / len(times)))
