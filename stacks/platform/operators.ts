import { charts, chartSource } from "../../model/charts";
import { type PlatformOperators } from "../../model/platform";
import { type ImageName, imageReference, images } from "../../model/versions";
import { type Settings } from "../settings/schema";

/** The operators, from the sources and with the digests that the stack names. */
export function resolveOperators({ charts: places, images: { mirrors, digests } }: Settings): PlatformOperators {
  const chart = (name: "cert-manager" | "cloudnative-pg" | "plugin-barman-cloud") =>
    chartSource(charts[name], places[name]);
  const image = (name: Extract<ImageName, keyof typeof digests>) =>
    imageReference(images[name], { mirrors, digest: digests[name] });
  return {
    cloudNativePg: { chart: chart("cloudnative-pg"), image: image("cloudnative-pg") },
    barmanCloud: {
      chart: chart("plugin-barman-cloud"),
      image: image("plugin-barman-cloud"),
      sidecarImage: image("plugin-barman-cloud-sidecar"),
    },
    certManager: {
      chart: chart("cert-manager"),
      images: {
        controller: image("cert-manager"),
        webhook: image("cert-manager-webhook"),
        injector: image("cert-manager-cainjector"),
      },
    },
  };
}
