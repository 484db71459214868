package org.moslora.diffusion.folder;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.layers.Site;
import org.moslora.tensors.WeightSource;

/** Where adapters can sit in a model, told from its tensors before anything is built. */
public final class Sites {
    private static final String WEIGHT = ".weight";
    private static final List<Component> ADAPTABLE =
            List.of(Component.UNET, Component.TRANSFORMER, Component.TEXT_ENCODER, Component.TEXT_ENCODER_2);

    private Sites() {}

    /** Every linear and convolution of the denoiser and of trainable text encoders by path, as building them would make. */
    public static SortedMap<String, Site> of(ImageModelFiles model) {
        SortedMap<String, Site> sites = new TreeMap<>();
        for (Component component : ADAPTABLE) {
            WeightSource source = model.adapts(component) ? model.weights().get(component) : null;
            if (source != null) {
                source.names().stream()
                        .filter(name -> isSite(source, name))
                        .map(name -> site(component, source, name))
                        .forEach(site -> sites.put(site.path(), site));
            }
        }
        return sites;
    }

    private static boolean isSite(WeightSource source, String name) {
        int axes = source.info(name).shape().size();
        boolean table = name.endsWith("token_embedding.weight") || name.endsWith("position_embedding.weight");
        return name.endsWith(WEIGHT) && !table && (axes == 2 || axes == 4);
    }

    private static Site site(Component component, WeightSource source, String name) {
        String path = name.substring(0, name.length() - WEIGHT.length());
        List<Long> shape = source.info(name).shape();
        long inputs = shape.stream().skip(1).reduce(1L, (a, b) -> a * b);
        boolean biased = source.names().contains(path + ".bias");
        return new Site(component.prefix() + path, inputs, shape.get(0), biased, shape.subList(2, shape.size()));
    }
}
