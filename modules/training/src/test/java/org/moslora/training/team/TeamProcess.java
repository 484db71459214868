package org.moslora.training.team;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A member of a team in a plain process: its place and all addresses come in on stdin, what it finds goes out. */
final class TeamProcess {
    private TeamProcess() {}

    /**
     * Sums arrays of so many floats again and again.
     *
     * @param arguments how many floats, how often; 0 for until it ends otherwise
     */
    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Membership own = new Gson().fromJson(in.readLine(), Membership.class);
        int count = Integer.parseInt(arguments[0]);
        int times = Integer.parseInt(arguments[1]);
        try (MeshTeam team = (MeshTeam) MeshTeam.join(own, "127.0.0.1", address -> {
            System.out.println("at " + address);
            return List.of(line(in).split(" "));
        })) {
            System.out.println("joined");
            float[] sum = new float[0];
            float[] values = values(own.rank(), count);
            team.sum(values.clone());
            long begun = cpu();
            for (int i = 0; times == 0 || i < times; i++) {
                sum = values.clone();
                team.sum(sum);
            }
            System.out.println("cpu " + (cpu() - begun) / 1e9 / Math.max(1, times));
            System.out.println("sum " + java.util.Arrays.hashCode(sum) + " " + team.sum(own.rank() + 0.5) + " "
                    + team.sum(1L + own.rank()) + " " + team.any(own.rank() == 1));
        } catch (PeerLost lost) {
            System.out.println("lost " + lost.getMessage());
        }
    }

    /** What a member adds. */
    static float[] values(int rank, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) Math.sin(i + 1.7 * rank) * (rank + 1);
        }
        return values;
    }

    private static String line(BufferedReader in) {
        try {
            return in.readLine();
        } catch (java.io.IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
