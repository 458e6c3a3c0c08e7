# tries: find a program with the set-user-ID bit and run it
# must: gain nothing from it: no program of the machine but the interpreter is shown, and no_new_privs is set
# ask: ok
# value: []
# seconds: 60
import os, subprocess

def attack():
    gained = []
    for top in ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/local"):
        for folder, deeper, names in os.walk(top):
            if folder.count("/") > 3:
                deeper[:] = []
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and os.stat(path).st_mode & 0o6000 and os.access(path, os.X_OK):
                    try:
                        done = subprocess.run([path, "-c", "id -u"], capture_output=True, timeout=5)
                        if done.stdout.strip() == b"0":
                            gained.append(path)
                    except (OSError, subprocess.SubprocessError):
                        pass
    return gained
