package org.moslora.pictures;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Schedulers by the names of the command line and by those of AUTOMATIC1111's web UI. */
enum Sampler {
    DDIM("ddim", "DDIM", null),
    PLMS("pndm", "PLMS", null),
    EULER("euler", "Euler", null),
    EULER_A("euler-a", "Euler a", null),
    DPMPP_2M("dpmpp-2m", "DPM++ 2M", null),
    DPMPP_2M_KARRAS("dpmpp-2m-karras", "DPM++ 2M", "Karras"),
    DDPM("ddpm", "DDPM", null),
    LCM("lcm", "LCM", null),
    /** Behind {@link #EULER}, which other programs' pictures mean by the name. */
    FLOW_EULER("flow-euler", "Euler", null);

    private final String scheduler;
    private final String sampler;
    private final @Nullable String scheduleType;

    Sampler(String scheduler, String sampler, @Nullable String scheduleType) {
        this.scheduler = scheduler;
        this.sampler = sampler;
        this.scheduleType = scheduleType;
    }

    String scheduler() {
        return scheduler;
    }

    String sampler() {
        return sampler;
    }

    @Nullable
    String scheduleType() {
        return scheduleType;
    }

    static Optional<Sampler> ofScheduler(String scheduler) {
        for (Sampler each : values()) {
            if (each.scheduler.equals(scheduler)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** By what a picture says; older ones have the schedule type behind the sampler's name. */
    static Optional<Sampler> of(String sampler, @Nullable String scheduleType) {
        boolean karras = "Karras".equals(scheduleType) || sampler.endsWith(" Karras");
        String name = sampler.endsWith(" Karras") ? sampler.substring(0, sampler.length() - 7) : sampler;
        for (Sampler each : values()) {
            if (each.sampler.equals(name) && (each.scheduleType != null) == karras) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
