# M/M/1 at load .9 in SimPy: simpy_mm1.py CUSTOMERS - what `make bench` compares with where python3-simpy3 is installed.
import random, sys
import simpy

def customer(env, server, waits):
    came = env.now
    with server.request() as turn:
        yield turn
        waits.append(env.now - came)
        yield env.timeout(random.expovariate(1.0))

def source(env, server, waits, n):
    for _ in range(n):
        yield env.timeout(random.expovariate(0.9))
        env.process(customer(env, server, waits))

random.seed(1)
waits, env = [], simpy.Environment()
env.process(source(env, simpy.Resource(env, 1), waits, int(sys.argv[1])))
env.run()
print("mean wait %.3f h" % (sum(waits) / len(waits)))
